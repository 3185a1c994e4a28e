"""The MLMD interface under test: the same calls made to ml-metadata 1.17.1 and to graphmeta, answers compared.

judge_script.py   ml-metadata, answering raw calls, run by an interpreter of its own
players.py        who answers calls: that judge, a service in this process, a server over gRPC
grpc_server.py    that server, in a thread of this process
scenarios.py      a scenario, how it is played, and the differences that it declares
making.py         short ways to write messages
normal.py         an answer without what may differ: the numbering of ids, the clock
comparison.py     two recordings of one scenario, answer by answer
random_calls.py   sequences of calls that hypothesis makes up
improvising.py    makes a scenario of such a sequence
"""
