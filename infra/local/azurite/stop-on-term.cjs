// Azurite writes its tables to disk every five seconds and when it is interrupted, but not when it is terminated: here both are the same.
process.on("SIGTERM", () => process.emit("SIGINT") || process.exit(143));
