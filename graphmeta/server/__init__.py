"""The MLMD service for other processes: gRPC, and grpc-web for browsers. Needs the extra `server`."""
