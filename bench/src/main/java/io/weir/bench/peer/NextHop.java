package io.weir.bench.peer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A route handler of Next.js that asks the agent with {@code fetch} and forwards its stream: what many applications have. */
public final class NextHop implements Hop {
    private final Workshop workshop;
    private final Path folder;

    /** Installed and built under the workshop's cache. */
    public NextHop(Workshop workshop) {
        this.workshop = workshop;
        this.folder = workshop.cache().resolve("next");
    }

    @Override
    public String title() {
        return "Next.js route handler";
    }

    @Override
    public String configuration() {
        return "one hop: a route handler that fetches the agent's answer and forwards it through a `ReadableStream`;"
                + " `next build`, standalone server, one process, no compression";
    }

    @Override
    public String get() throws IOException, InterruptedException {
        boolean fresh = workshop.copied("next", folder);
        String version = new NpmPackages(workshop, folder).install(fresh, "next");
        if (!fresh || !Files.exists(server())) {
            workshop.run(
                    folder,
                    List.of("env", "NEXT_TELEMETRY_DISABLED=1", "node", "node_modules/next/dist/bin/next", "build"));
        }
        return version;
    }

    @Override
    public Launch launch(String name, int port, int upstream) {
        return new Launch(
                List.of("node", server().toString()),
                Map.of(
                        "NODE_ENV",
                        "production",
                        "NEXT_TELEMETRY_DISABLED",
                        "1",
                        "HOSTNAME",
                        "127.0.0.1",
                        "PORT",
                        Integer.toString(port),
                        "UPSTREAM",
                        "http://127.0.0.1:" + upstream));
    }

    private Path server() {
        return folder.resolve(".next/standalone/server.js");
    }
}
