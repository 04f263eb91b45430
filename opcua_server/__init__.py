"""The OPC UA server: address space, tag engine, methods, history."""
