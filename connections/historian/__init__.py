"""The historian stores: the embedded SQLite record and InfluxDB, behind one small interface."""
