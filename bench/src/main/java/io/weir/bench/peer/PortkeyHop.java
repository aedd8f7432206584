package io.weir.bench.peer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Portkey's open gateway, from npm, with the agent as a provider's own host. */
public final class PortkeyHop implements Hop {
    private final Workshop workshop;
    private final Path folder;

    /** Installed under the workshop's cache. */
    public PortkeyHop(Workshop workshop) {
        this.workshop = workshop;
        this.folder = workshop.cache().resolve("portkey");
    }

    @Override
    public String title() {
        return "Portkey";
    }

    @Override
    public String configuration() {
        return "one hop: its open gateway on Node, headless, the agent as `x-portkey-custom-host`; with"
                + " `@hono/node-server` 1.13.8, since with the newest that it allows it answers a stream with 500";
    }

    @Override
    public String get() throws IOException, InterruptedException {
        return new NpmPackages(workshop, folder).install("portkey", "@portkey-ai/gateway");
    }

    @Override
    public Launch launch(String name, int port, int upstream) {
        String program = folder.resolve("node_modules/@portkey-ai/gateway/build/start-server.js")
                .toString();
        return new Launch(List.of("node", program, "--port=" + port, "--headless"), Map.of("NODE_ENV", "production"));
    }

    @Override
    public Map<String, String> headers(int upstream) {
        return Map.of(
                "x-portkey-provider",
                "openai",
                "x-portkey-custom-host",
                "http://127.0.0.1:" + upstream + "/v1",
                "Authorization",
                "Bearer bench");
    }
}
