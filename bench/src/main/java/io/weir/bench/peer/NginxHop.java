package io.weir.bench.peer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** nginx from Debian, without buffering. */
public final class NginxHop implements Hop {
    private final Workshop workshop;
    private final Path folder;

    /** Unpacked under the workshop's cache. */
    public NginxHop(Workshop workshop) {
        this.workshop = workshop;
        this.folder = workshop.cache().resolve("nginx");
    }

    @Override
    public String title() {
        return "nginx";
    }

    @Override
    public String configuration() {
        return "Debian's nginx, one worker a core, `proxy_buffering off`, kept upstream connections, no access log";
    }

    @Override
    public String get() throws IOException, InterruptedException {
        new DebianPackages(workshop, folder).unpack(List.of("nginx"), program());
        Files.createDirectories(Path.of("/var/lib/nginx/body"));
        return workshop.run(folder, List.of(program().toString(), "-v")).strip().replace("nginx version: ", "");
    }

    @Override
    public Launch launch(String name, int port, int upstream) throws IOException {
        Path config = workshop.configured("hops/nginx.conf", folder, name, port, upstream);
        return new Launch(
                List.of(program().toString(), "-p", folder.toString(), "-e", "stderr", "-c", config.toString()),
                Map.of());
    }

    private Path program() {
        return folder.resolve("root/usr/sbin/nginx");
    }
}
