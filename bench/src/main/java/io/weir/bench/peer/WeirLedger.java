package io.weir.bench.peer;

import io.weir.bench.measure.ProcessMeter;
import io.weir.bench.peer.Contender.Availability;
import io.weir.local.stack.LocalStack;
import io.weir.local.stack.Part;
import io.weir.local.stack.StackException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The packaged metering-service over a PostgreSQL of the run, with an issuer and with the relay that its audit asks. */
public final class WeirLedger implements AutoCloseable {
    private static final Duration TOKEN_LIFE = Duration.ofHours(2);
    private static final String MODULE = "metering-service";
    private static final String USER = "postgres";

    private final LocalStack stack;

    private WeirLedger(LocalStack stack) {
        this.stack = stack;
    }

    /** Whether its packages are there. */
    public static Availability prepare(Workshop workshop) {
        for (String module : List.of(MODULE, "realtime-relay")) {
            if (!Files.exists(packaged(workshop, module).resolve("quarkus-run.jar"))) {
                return new Availability.Missing(module + " is not built");
            }
        }
        return new Availability.Ready("metering-service of this repository");
    }

    /**
     * Starts it on an empty ledger whose commits wait for the disk.
     *
     * @param environment settings of metering beside the defaults, one {@code NAME=value} each
     */
    public static WeirLedger start(Workshop workshop, List<String> environment)
            throws IOException, InterruptedException {
        var builder = LocalStack.builder()
                .dataDirectory(workshop.cache().resolve("ledger"))
                .fresh()
                .freePorts()
                .only(Part.POSTGRES, Part.ISSUER, Part.METERING, Part.RELAY);
        for (String setting : environment) {
            int name = setting.indexOf('=');
            builder.environment(Part.METERING, setting.substring(0, name), setting.substring(name + 1));
        }
        LocalStack stack = builder.build();
        var ledger = new WeirLedger(stack);
        try {
            stack.start();
            try (var connection = ledger.connect();
                    var statement = connection.createStatement()) {
                statement.execute("ALTER DATABASE weir_metering SET synchronous_commit = on");
            }
            stack.restart(Part.METERING);
            return ledger;
        } catch (StackException | SQLException e) {
            stack.stop();
            throw new IOException(e.getMessage(), e);
        } catch (IOException | InterruptedException e) {
            stack.stop();
            throw e;
        }
    }

    /** The jars of the packaged service, those first that its build has added. */
    public static List<Path> classPath(Workshop workshop) throws IOException {
        List<Path> jars = new ArrayList<>();
        for (String folder : List.of("quarkus", "app", "lib/boot", "lib/main")) {
            try (Stream<Path> files = Files.list(packaged(workshop, MODULE).resolve(folder))) {
                files.filter(file -> file.toString().endsWith(".jar")).sorted().forEach(jars::add);
            }
        }
        return jars;
    }

    private static Path packaged(Workshop workshop, String module) {
        return workshop.root().resolve(module).resolve("target/quarkus-app");
    }

    /** The service's port. */
    public int port() {
        return URI.create(stack.url(Part.METERING)).getPort();
    }

    /** PostgreSQL's port. */
    public int databasePort() {
        return URI.create(stack.url(Part.POSTGRES)).getPort();
    }

    /** A connection to the ledger's database. */
    public Connection connect() throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + databasePort() + "/weir_metering", USER, USER);
    }

    /** A token of a service that may hold credit. */
    public String holdToken() throws IOException, InterruptedException {
        return stack.serviceToken(Part.EDGE);
    }

    /** A token of somebody who reads all bills. */
    public String billingToken() throws IOException, InterruptedException {
        return stack.token("billing", TOKEN_LIFE);
    }

    /** CPU and memory of metering. */
    public ProcessMeter metering() throws IOException {
        return new ProcessMeter(stack.pid(Part.METERING));
    }

    /** CPU and memory of PostgreSQL. */
    public ProcessMeter postgres() throws IOException {
        return new ProcessMeter(stack.pid(Part.POSTGRES));
    }

    /**
     * Has the ledger prove itself.
     *
     * @throws IllegalStateException if it does not
     */
    public void audit() throws IOException, InterruptedException {
        new LedgerAudit(stack).check();
    }

    @Override
    public void close() {
        stack.stop();
    }
}
