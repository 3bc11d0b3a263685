"""Lines that are broken on purpose, to see whether a test notices.

`make mutants` breaks each line of the lists here (one file a subject), runs the tests that call the changed
function, the nearest and quickest first, and says which changes nobody noticed:

    make mutants                            all of them, two at a time
    make mutants ARGS="outbox"              those whose subject is the word, or whose name holds it
    make mutants ARGS="--again"             those that were not noticed the last time
    make mutants ARGS="--jobs 1 pacer"

No file is changed. Everything is imported once; a process is forked for each mutant, in which its function
gets other code. What needs the changed file (tests that start the bot as a program, lines outside of
functions) runs in a copy of the tree. What each test calls is noted when it runs first; that is kept in
`.mutants/` and done again for the files of tests that have changed. `.mutants/report.md` says how it ended.

To add one: copy a line that a person could get wrong, say in plain words what somebody would notice, and look
for a test only then. A mutant that nobody can notice says why (`same`) and is not counted. `make test` holds
that each text still stands where its list says, once.

When the lists were drawn up, 198 of 263 were noticed (75 %): 190 of 245 of our own, and 8 of 18 that others
had found. For each of the rest there is a test since.
"""
