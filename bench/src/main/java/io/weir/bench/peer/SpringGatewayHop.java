package io.weir.bench.peer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Spring Cloud Gateway from Maven: the smallest application that has one route. */
public final class SpringGatewayHop implements Hop {
    private static final List<String> JVM = List.of("-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders", "-Xmx512m");
    private static final String ARTIFACT = "spring-cloud-gateway-server-webflux-";

    private final Workshop workshop;
    private final Path folder;

    /** Built under the workshop's cache. */
    public SpringGatewayHop(Workshop workshop) {
        this.workshop = workshop;
        this.folder = workshop.cache().resolve("spring-gateway");
    }

    @Override
    public String title() {
        return "Spring Cloud Gateway";
    }

    @Override
    public String configuration() {
        return "one route on WebFlux, elastic pool, no response time-out, no filter that reads bodies; JVM `"
                + String.join(" ", JVM) + "`";
    }

    @Override
    public String get() throws IOException, InterruptedException {
        if (!workshop.copied("spring-gateway", folder) || !Files.isDirectory(libraries())) {
            workshop.run(
                    folder,
                    List.of(
                            "env",
                            "JAVA_HOME=" + System.getProperty("java.home"),
                            workshop.root().resolve("mvnw").toString(),
                            "-B",
                            "-q",
                            "-f",
                            folder.resolve("pom.xml").toString(),
                            "package"));
        }
        try (Stream<Path> jars = Files.list(libraries())) {
            return jars.map(jar -> jar.getFileName().toString())
                    .filter(name -> name.startsWith(ARTIFACT))
                    .map(name -> "Spring Cloud Gateway " + name.substring(ARTIFACT.length(), name.length() - 4))
                    .findFirst()
                    .orElseThrow(() -> new IOException("Maven has not brought " + ARTIFACT + "*.jar"));
        }
    }

    @Override
    public Launch launch(String name, int port, int upstream) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return new Launch(
                Stream.of(
                                Stream.of(java),
                                JVM.stream(),
                                Stream.of(
                                        "--enable-native-access=ALL-UNNAMED",
                                        "--sun-misc-unsafe-memory-access=allow",
                                        "-cp",
                                        folder.resolve("target/classes") + ":" + libraries() + "/*",
                                        "io.weir.bench.peers.GatewayApplication"))
                        .flatMap(part -> part)
                        .toList(),
                Map.of("SERVER_PORT", Integer.toString(port), "UPSTREAM", Integer.toString(upstream)));
    }

    private Path libraries() {
        return folder.resolve("target/lib");
    }
}
