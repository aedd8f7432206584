package io.weir.bench.peer;

import io.weir.bench.load.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** nginx with nchan: Debian's packages, unpacked into the cache and run from there. */
public final class Nchan implements Peer {
    private static final List<String> PACKAGES = List.of("nginx", "libnginx-mod-nchan");
    /** A folder whose name is fixed in the module; installing the packages would make it. */
    private static final Path BODIES = Path.of("/var/lib/nginx/body");

    private final Workshop workshop;
    private final Path folder;

    /** Unpacked under the workshop's cache. */
    public Nchan(Workshop workshop) {
        this.workshop = workshop;
        this.folder = workshop.cache().resolve("nchan");
    }

    @Override
    public String name() {
        return "nchan";
    }

    @Override
    public String configuration() {
        return "Debian's nginx with nchan, one worker a core, memory storage, the last 1,000 messages of a channel kept,"
                + " WebSocket subscribers and publishers, no access log";
    }

    @Override
    public Availability prepare() throws IOException, InterruptedException {
        try {
            new DebianPackages(workshop, folder).unpack(PACKAGES, nginx());
        } catch (IOException e) {
            return new Availability.Missing("Debian's packages could not be had: " + e.getMessage());
        }
        try {
            Files.createDirectories(BODIES);
        } catch (IOException e) {
            return new Availability.Missing("it needs the folder " + BODIES + ", which could not be made: " + e);
        }
        String nginx = workshop.run(folder, List.of(nginx().toString(), "-v")).strip();
        try (Stream<Path> files = Files.list(folder.resolve("packages"))) {
            String module = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("libnginx-mod-nchan"))
                    .map(name -> name.split("_", -1)[1].replace("%3a", ":"))
                    .findFirst()
                    .orElse("");
            return new Availability.Ready("nchan " + module + ", " + nginx.replace("nginx version: ", ""));
        }
    }

    private Path nginx() {
        return folder.resolve("root/usr/sbin/nginx");
    }

    @Override
    public RunningPeer start() throws IOException, InterruptedException {
        int port = ServerProcess.freePort();
        String user = System.getProperty("user.name");
        String template = Files.readString(workshop.sources("nchan").resolve("nginx.conf"))
                .replace(
                        "@modules@",
                        folder.resolve("root/usr/lib/nginx/modules").toString())
                .replace("@folder@", folder.toString())
                .replace("@user@", user.equals("root") ? "user root;" : "")
                .replace("@port@", Integer.toString(port));
        Path config = Files.writeString(folder.resolve("nginx.conf"), template);
        ServerProcess process = ServerProcess.start(
                List.of(nginx().toString(), "-p", folder.toString(), "-e", "stderr", "-c", config.toString()),
                Map.of(),
                workshop.log("nchan"));
        try {
            process.awaitPort(port);
        } catch (IOException e) {
            process.close();
            throw e;
        }
        return new RunningPeer(process, port, Kind.NCHAN, RunningPeer.Keys.NONE);
    }
}
