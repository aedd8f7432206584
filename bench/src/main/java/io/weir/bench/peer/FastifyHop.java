package io.weir.bench.peer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Fastify with its proxy plug-in, from npm. */
public final class FastifyHop implements Hop {
    private final Workshop workshop;
    private final Path folder;

    /** Installed under the workshop's cache. */
    public FastifyHop(Workshop workshop) {
        this.workshop = workshop;
        this.folder = workshop.cache().resolve("hops");
    }

    @Override
    public String title() {
        return "@fastify/http-proxy";
    }

    @Override
    public String configuration() {
        return "Fastify on Node with its proxy plug-in, one process a hop, no logging";
    }

    @Override
    public String get() throws IOException, InterruptedException {
        return new NpmPackages(workshop, folder).install("hops", "@fastify/http-proxy");
    }

    @Override
    public Launch launch(String name, int port, int upstream) {
        return new Launch(
                List.of(
                        "node",
                        folder.resolve("fastify.mjs").toString(),
                        Integer.toString(port),
                        "http://127.0.0.1:" + upstream),
                Map.of("NODE_ENV", "production"));
    }
}
