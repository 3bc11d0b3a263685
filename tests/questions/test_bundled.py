"""The pack that comes with the bot: what it covers and what a message needs it to be."""

from questions import BUNDLED, ChoiceQuestion, OpenQuestion, check_pack
from tests.bundled import bundled_pack

# The questions the project started from.
SEED = {
    "system-design": {
        "design-llm-serving-10k-qps",
        "design-realtime-web-agent-memory",
        "design-rag-pipeline",
        "cut-70b-inference-cost",
        "design-open-ended-agent-eval",
        "design-multi-agent-system",
    },
    "llm-fundamentals": {
        "attention-rope-gqa-swa",
        "rope-vs-alibi-llama",
        "derive-scaling-laws",
        "lost-in-the-middle",
        "compare-moe-architectures",
        "quantization-gptq-awq-smoothquant",
        "rlhf-dpo-kto-ppo-grpo",
    },
    "agents": {
        "reliable-tool-calling",
        "react-reflexion-rewoo-toolformer",
        "prevent-agent-infinite-loops",
        "agent-benchmarks-gaia-webarena-agentbench",
        "agent-long-term-memory",
    },
    "training": {
        "peft-stack-lora-to-ia3",
        "qlora-under-the-hood",
        "finetune-70b-8xh100-recipe",
        "constitutional-ai-rlaif-supervision",
        "reward-hacking-rlhf",
    },
    "coding": {
        "code-react-agent",
        "code-sliding-window-attention",
        "code-rag-langchain-llamaindex",
        "optimize-forward-128k",
        "code-autograd-quantization",
    },
    "ml-fundamentals": {
        "adamw-vs-adam",
        "label-smoothing-teacher-forcing-objectives",
        "bleu-rouge-bertscore-judge-geval",
        "derive-transformer-loss-padding",
    },
    "production": {
        "monitor-llm-production",
        "jailbreak-5-percent-users",
        "compare-inference-engines",
        "safe-continuous-finetuning",
    },
    "behavioral": {
        "behavioral-hardest-llm-incident",
        "behavioral-agent-users-loved",
        "behavioral-cut-inference-cost-50",
        "behavioral-hallucination-disaster",
    },
    "hot-topics": {
        "test-time-scaling-o1-r1",
        "cot-tot-got-process-outcome",
        "open-reasoning-models-current",
        "synthetic-data-loops",
    },
}


def test_no_mistake() -> None:
    assert [str(mistake) for mistake in check_pack(BUNDLED)] == []


def test_exactly_the_questions_the_project_started_from() -> None:
    pack = bundled_pack()
    slugs: dict[str, set[str]] = {}
    for entry in pack.questions:
        if isinstance(entry.question, OpenQuestion):
            slugs.setdefault(entry.category, set()).add(entry.question.slug)
    assert slugs == SEED
    assert sum(map(len, SEED.values())) == 44


def test_nine_categories_with_a_colour_each() -> None:
    categories = bundled_pack().manifest.categories
    assert [category.key for category in categories] == list(SEED)
    assert len({category.colour for category in categories}) == 9


def test_a_reveal_fits_into_one_message() -> None:
    for entry in bundled_pack().questions:
        question = entry.question
        if isinstance(question, OpenQuestion):
            total = len(question.model_answer) + sum(map(len, question.rubric + question.follow_ups))
            total += sum(len(r.title + r.url + r.cited_for) for r in question.references)
            assert total <= 5_300, question.slug
            assert len(question.model_answer) <= 4_096, question.slug
            assert len(question.rubric) <= 10, question.slug
            assert all(len(point) <= 100 for point in question.rubric), question.slug


def test_choice_items_belong_to_a_question() -> None:
    pack = bundled_pack()
    slugs = set().union(*SEED.values())
    choices = [entry.question for entry in pack.questions if isinstance(entry.question, ChoiceQuestion)]
    assert [question.slug for question in choices if question.subject not in slugs] == []


def test_versions_are_sixteen_hexadecimal_digits_and_distinct() -> None:
    versions = [entry.version for entry in bundled_pack().questions]
    assert all(len(version) == 16 and int(version, 16) >= 0 for version in versions)
    assert len(set(versions)) == len(versions)
