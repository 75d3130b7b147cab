# Included by the Makefile: what is made from proto/.

.PHONY: proto check-proto

# Makes the Swift files from the .proto files.
proto:
	scripts/generate

# Fails when the generated files do not match the .proto files.
check-proto:
	scripts/check-generated
