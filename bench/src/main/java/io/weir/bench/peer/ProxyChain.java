package io.weir.bench.peer;

import io.weir.bench.measure.ProcessMeter;
import io.weir.bench.peer.Peer.Availability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The same proxy once or twice in a row. */
public final class ProxyChain implements Chain {
    private static final String SOURCES = "hops";
    private static final List<String> HAPROXY_PACKAGES =
            List.of("haproxy", "liblua5.3-0", "libpcre2-8-0", "libopentracing-c-wrapper0", "libopentracing1");

    private final Workshop workshop;
    private final Program program;
    private final int hops;

    /** Which proxy. */
    public enum Program {
        /** nginx from Debian, without buffering. */
        NGINX(
                "nginx",
                "Debian's nginx, one worker a core, `proxy_buffering off`, kept upstream connections, no access log") {
            @Override
            String get(ProxyChain chain) throws IOException, InterruptedException {
                chain.packages("nginx").unpack(List.of("nginx"), chain.binary("nginx"));
                Files.createDirectories(Path.of("/var/lib/nginx/body"));
                return chain.workshop
                        .run(chain.folder(), List.of(chain.binary("nginx").toString(), "-v"))
                        .strip()
                        .replace("nginx version: ", "");
            }

            @Override
            List<String> command(ProxyChain chain, String name, int port, int upstream) throws IOException {
                Path config = chain.configured("nginx.conf", name, port, upstream);
                return List.of(
                        chain.binary("nginx").toString(),
                        "-p",
                        chain.folder().toString(),
                        "-e",
                        "stderr",
                        "-c",
                        config.toString());
            }
        },
        /** HAProxy from Debian, without delay. */
        HAPROXY("HAProxy", "Debian's HAProxy, a thread a core, `option http-no-delay`, kept upstream connections") {
            @Override
            String get(ProxyChain chain) throws IOException, InterruptedException {
                chain.packages("haproxy").unpack(HAPROXY_PACKAGES, chain.binary("haproxy"));
                return chain.workshop
                        .run(
                                chain.folder(),
                                List.of(
                                        "env",
                                        "LD_LIBRARY_PATH=" + chain.libraries(),
                                        chain.binary("haproxy").toString(),
                                        "-v"))
                        .lines()
                        .findFirst()
                        .orElse("")
                        .replaceAll(" - .*", "");
            }

            @Override
            List<String> command(ProxyChain chain, String name, int port, int upstream) throws IOException {
                Path config = chain.configured("haproxy.cfg", name, port, upstream);
                return List.of(chain.binary("haproxy").toString(), "-f", config.toString());
            }
        },
        /** Fastify with its proxy plug-in, from npm. */
        FASTIFY("@fastify/http-proxy", "Fastify on Node with its proxy plug-in, one process a hop, no logging") {
            @Override
            String get(ProxyChain chain) throws IOException, InterruptedException {
                return new NpmPackages(chain.workshop, chain.folder())
                        .install(SOURCES, "fastify.mjs", "@fastify/http-proxy");
            }

            @Override
            List<String> command(ProxyChain chain, String name, int port, int upstream) {
                return List.of(
                        "node",
                        chain.folder().resolve("fastify.mjs").toString(),
                        Integer.toString(port),
                        "http://127.0.0.1:" + upstream);
            }
        };

        private final String title;
        private final String configuration;

        Program(String title, String configuration) {
            this.title = title;
            this.configuration = configuration;
        }

        /** Gets it; returns its version. */
        abstract String get(ProxyChain chain) throws IOException, InterruptedException;

        abstract List<String> command(ProxyChain chain, String name, int port, int upstream) throws IOException;
    }

    /** So many of these, one behind the other. */
    public ProxyChain(Workshop workshop, Program program, int hops) {
        this.workshop = workshop;
        this.program = program;
        this.hops = hops;
    }

    @Override
    public String name() {
        return hops == 1 ? program.title : program.title + " ×" + hops;
    }

    @Override
    public String configuration() {
        return program.configuration;
    }

    @Override
    public Availability prepare() throws InterruptedException {
        try {
            Files.createDirectories(folder());
            return new Availability.Ready(program.get(this));
        } catch (IOException e) {
            return new Availability.Missing("it could not be had: " + e.getMessage());
        }
    }

    @Override
    public RunningChain start() throws IOException, InterruptedException {
        int agentPort = ServerProcess.freePort();
        List<ServerProcess> processes = new ArrayList<>();
        Runnable stop = () -> processes.reversed().forEach(ServerProcess::close);
        int upstream = agentPort;
        try {
            for (int hop = hops; hop >= 1; hop--) {
                int port = ServerProcess.freePort();
                String name = program.title.replaceAll("[^a-zA-Z]", "") + "-" + hop;
                ServerProcess process = ServerProcess.start(
                        program.command(this, name, port, upstream),
                        Map.of("NODE_ENV", "production", "LD_LIBRARY_PATH", libraries()),
                        workshop.log(name));
                processes.add(process);
                process.awaitPort(port);
                upstream = port;
            }
        } catch (IOException e) {
            stop.run();
            throw e;
        }
        Supplier<ProcessMeter> meter = () -> new ProcessMeter(
                processes.stream().mapToLong(ServerProcess::pid).toArray());
        return new RunningChain(
                upstream, agentPort, List.of(), meter.get(), meter.get(), RunningChain.Audit.NONE, stop);
    }

    private Path folder() {
        return workshop.cache().resolve(SOURCES);
    }

    private DebianPackages packages(String name) {
        return new DebianPackages(workshop, workshop.cache().resolve(name));
    }

    private Path binary(String name) {
        return workshop.cache().resolve(name).resolve("root/usr/sbin").resolve(name);
    }

    /** Where unpacked packages keep what their programs link to. */
    private String libraries() {
        return workshop.cache().resolve("haproxy/root/usr/lib/x86_64-linux-gnu").toString();
    }

    private Path configured(String file, String name, int port, int upstream) throws IOException {
        String user = System.getProperty("user.name");
        String text = Files.readString(workshop.sources(SOURCES).resolve(file))
                .replace("@folder@", folder().toString())
                .replace("@name@", name)
                .replace("@user@", user.equals("root") ? "user root;" : "")
                .replace("@port@", Integer.toString(port))
                .replace("@upstream@", Integer.toString(upstream));
        return Files.writeString(folder().resolve(name + "-" + file), text);
    }
}
