package io.weir.bench.peer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** HAProxy from Debian, without delay. */
public final class HaproxyHop implements Hop {
    private static final List<String> PACKAGES =
            List.of("haproxy", "liblua5.3-0", "libpcre2-8-0", "libopentracing-c-wrapper0", "libopentracing1");
    private static final String LIBRARIES = "LD_LIBRARY_PATH";

    private final Workshop workshop;
    private final Path folder;

    /** Unpacked under the workshop's cache. */
    public HaproxyHop(Workshop workshop) {
        this.workshop = workshop;
        this.folder = workshop.cache().resolve("haproxy");
    }

    @Override
    public String title() {
        return "HAProxy";
    }

    @Override
    public String configuration() {
        return "Debian's HAProxy, a thread a core, `option http-no-delay`, kept upstream connections";
    }

    @Override
    public String get() throws IOException, InterruptedException {
        new DebianPackages(workshop, folder).unpack(PACKAGES, program());
        return workshop.run(
                        folder,
                        List.of("env", LIBRARIES + "=" + libraries(), program().toString(), "-v"))
                .lines()
                .findFirst()
                .orElse("")
                .replaceAll(" - .*", "");
    }

    @Override
    public Launch launch(String name, int port, int upstream) throws IOException {
        Path config = workshop.configured("hops/haproxy.cfg", folder, name, port, upstream);
        return new Launch(List.of(program().toString(), "-f", config.toString()), Map.of(LIBRARIES, libraries()));
    }

    private Path program() {
        return folder.resolve("root/usr/sbin/haproxy");
    }

    /** Where unpacked packages keep what their programs link to. */
    private String libraries() {
        return folder.resolve("root/usr/lib/x86_64-linux-gnu").toString();
    }
}
