// Azurite writes its tables to disk every five seconds and when it is interrupted, but not when it is terminated: here both are the same. Told twice,
// it goes on with what it has begun: it listens for one interruption only.
let stopping = false;
process.on("SIGTERM", () => {
    if (stopping) return;
    stopping = true;
    if (!process.emit("SIGINT")) process.exit(143);
});
