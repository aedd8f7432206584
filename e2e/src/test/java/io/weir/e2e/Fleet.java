package io.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.local.stack.LocalStack;
import io.weir.local.stack.Part;
import io.weir.local.stack.StackException;
import io.weir.streams.faults.LastingPort;
import io.weir.streams.faults.RedisServers;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Two edges, two gateways and two relays behind a balancer each, three demo machines, metering on PostgreSQL, and a Redis
 * cluster of three servers: all of it as processes on the loopback address, all of it gone after {@link #close}.
 */
final class Fleet implements AutoCloseable {
    private static final int REPLICAS = 2;
    private static final int MACHINES = 3;
    private static final int SHARDS = 3;

    private final LocalStack base;
    private final RedisServers redis;
    private final List<Balancer> balancers = new ArrayList<>();
    private final List<Node> nodes = new ArrayList<>();
    private final Node metering;
    private final List<Node> machines;
    private final List<Node> edges;
    private final Balancer front;

    private Fleet(LocalStack base, Path folder, RedisServers redis) {
        this.base = base;
        this.redis = redis;
        var wiring = new FleetWiring(base, folder, redis.hosts());
        int meteringPort = LastingPort.find();
        URI meteringUrl = URI.create("http://127.0.0.1:" + meteringPort);
        machines = several("machine", MACHINES, wiring::machine);
        List<Node> relays = several("relay", REPLICAS, (name, port) -> wiring.relay(name, port, meteringUrl));
        URI relayUrl = balanced(relays).url();
        metering = add(wiring.metering("metering", meteringPort, relayUrl));
        List<Node> gateways = several(
                "gateway", REPLICAS, (name, port) -> wiring.gateway(name, port, meteringUrl, relayUrl, machines));
        URI gatewayUrl = balanced(gateways).url();
        edges = several("edge", REPLICAS, (name, port) -> wiring.edge(name, port, meteringUrl, gatewayUrl, relayUrl));
        front = balanced(edges);
    }

    private interface Making {
        Node named(String name, int port);
    }

    private List<Node> several(String role, int count, Making making) {
        var made = new ArrayList<Node>();
        for (int i = 1; i <= count; i++) {
            made.add(add(making.named(role + "-" + i, LastingPort.find())));
        }
        return List.copyOf(made);
    }

    private Node add(Node node) {
        nodes.add(node);
        return node;
    }

    private Balancer balanced(List<Node> replicas) {
        var balancer = new Balancer(replicas.stream().map(Node::url).toList());
        balancers.add(balancer);
        return balancer;
    }

    /** Starts everything in a folder of its own, and returns when all of it is ready. */
    static Fleet start(Path folder) throws IOException, StackException, InterruptedException {
        LocalStack base = LocalStack.builder()
                .dataDirectory(folder)
                .freePorts()
                .fresh()
                .only(Part.POSTGRES, Part.ISSUER)
                .build();
        base.start();
        RedisServers redis = RedisServers.cluster(SHARDS, 0);
        Fleet fleet = null;
        try {
            fleet = new Fleet(base, folder, redis);
            fleet.nodes.forEach(Node::start);
            fleet.nodes.forEach(Node::awaitReady);
            return fleet;
        } catch (RuntimeException | Error e) {
            if (fleet == null) {
                redis.close();
                base.stop();
            } else {
                fleet.close();
            }
            throw e;
        }
    }

    /** Where people come in: either edge. */
    URI edge() {
        return front.url();
    }

    /** Each edge by itself. */
    List<URI> edges() {
        return edges.stream().map(Node::url).toList();
    }

    /** Any machine. */
    URI machine() {
        return machines.getFirst().url();
    }

    /** Every process that may fail: all but PostgreSQL and the issuer. */
    List<Victim> victims() {
        Stream<Victim> shards = redis.ports().stream().map(port -> new RedisShard(redis, port));
        return Stream.concat(nodes.stream(), shards).toList();
    }

    List<Node> nodes() {
        return List.copyOf(nodes);
    }

    /** Connections that go through the balancers now. */
    int connections() {
        return balancers.stream().mapToInt(Balancer::connections).sum();
    }

    /** A user with an account of its own that holds so many credits. */
    User newUser(String name, long credits) {
        HttpResponse<String> response = User.send(asStaff("/v1/accounts/" + name + "/grants", "admin")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(
                        Json.write(Map.of("amountMicro", credits + "000000", "kind", "purchased"))))
                .build());
        assertThat(response.statusCode()).as(response.body()).isBetween(200, 201);
        return new User(edge(), name, token(name));
    }

    /** What metering finds when it looks at everything. */
    JsonNode audit() {
        return Json.parse(
                User.send(asStaff("/v1/audit", "billing").GET().build()).body());
    }

    private HttpRequest.Builder asStaff(String path, String user) {
        return HttpRequest.newBuilder(metering.url().resolve(path))
                .timeout(Duration.ofSeconds(30))
                .header("Authorization", "Bearer " + token(user));
    }

    String agentToken() {
        try {
            return base.agentToken();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private String token(String user) {
        try {
            return base.token(user);
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        nodes.stream().flatMap(node -> node.processes().stream()).forEach(Process::destroyForcibly);
        nodes.stream().flatMap(node -> node.processes().stream()).forEach(process -> process.onExit()
                .join());
        balancers.forEach(Balancer::close);
        redis.close();
        base.stop();
    }
}
