package io.weir.e2e;

import io.weir.streams.faults.RedisServers;

/** One server of the Redis cluster under a fleet; it comes back without its data. */
record RedisShard(RedisServers servers, int port) implements Victim {
    @Override
    public String name() {
        return "redis-" + port;
    }

    @Override
    public String role() {
        return "redis";
    }

    @Override
    public long pid() {
        return servers.pid(port);
    }

    @Override
    public void kill() {
        ProcessHandle process = ProcessHandle.of(pid()).orElseThrow();
        servers.kill(port);
        process.onExit().join();
    }

    @Override
    public void start() {
        servers.start(port);
    }

    @Override
    public void awaitReady() {
        RedisServers.await(() -> RedisServers.isWell(port));
    }
}
