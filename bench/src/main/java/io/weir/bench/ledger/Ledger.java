package io.weir.bench.ledger;

import io.weir.bench.ledger.Findings.HotAccount;
import io.weir.bench.ledger.LoadProcess.Readings;
import io.weir.bench.ledger.LoadProcess.Seen;
import io.weir.bench.ledger.Questions.Answered;
import io.weir.bench.ledger.Questions.Question;
import io.weir.bench.ledger.load.Answer;
import io.weir.bench.ledger.load.DoorSpec;
import io.weir.bench.ledger.load.LedgerLoad;
import io.weir.bench.measure.About;
import io.weir.bench.peer.Contender.Availability.Missing;
import io.weir.bench.peer.Contender.Availability.Ready;
import io.weir.bench.peer.Pgbench;
import io.weir.bench.peer.WeirLedger;
import io.weir.bench.peer.Workshop;
import io.weir.bench.report.Section;
import io.weir.bench.report.Table;
import io.weir.bench.scenario.Scenario;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The ledger on one PostgreSQL: cycles through HTTP, through its core and by pgbench in turns; one busy account with its
 * statements committed together and alone; large updates; a month of usage. A part that fails costs no other its figures.
 */
public final class Ledger implements Scenario {
    static final String HTTP = "Weir, HTTP";
    static final String CORE = "Weir, core";
    static final String PGBENCH = "pgbench";
    static final String TOGETHER = "Weir, together";
    static final String ALONE = "Weir, each alone";
    static final String NO_EXTENSION = "totals alone";
    static final String EXTENSIONS = "one in 20 asks for more";

    private static final String SPREAD = "spread-";
    private static final String HOT = "hot-";
    private static final String UPDATED = "updated-";
    private static final int UPDATED_ACCOUNTS = 100;
    private static final int EXTEND_EVERY = 20;
    private static final int ROLL_MINUTES = 3;
    /** An audit of a million streams compares each of them: that is no statement of ten seconds. */
    private static final List<String> PATIENCE = List.of(
            "WEIR_METERING_POOL_STATEMENT=120s",
            "WEIR_METERING_POOL_SILENCE=130s",
            "WEIR_METERING_AUDIT_WITHIN=4m",
            "WEIR_METERING_AUDIT_INTERVAL=24h");

    private static final Map<String, String> CORE_SETTINGS = Map.of("weir.agents.demo.price", "default");

    private final Workshop workshop;
    private final Plan plan;
    private final String command;
    private final Findings findings = new Findings();

    /**
     * The scenario.
     *
     * @param brief shorter parts and fewer streams
     */
    public Ledger(Workshop workshop, boolean brief) {
        this.workshop = workshop;
        this.plan = brief ? Plan.brief() : Plan.full();
        this.command = brief ? "./weir bench ledger --short" : "./weir bench ledger";
    }

    @Override
    public String name() {
        return "ledger";
    }

    /** Something that is measured by itself. */
    private interface Part {
        void run() throws IOException, InterruptedException, SQLException;
    }

    @Override
    public Section run(Progress progress) throws Exception {
        About about = About.now(command);
        if (WeirLedger.prepare(workshop) instanceof Missing(String why)) {
            throw new IOException(why);
        }
        List<String> environment = new ArrayList<>(PATIENCE);
        environment.add("QUARKUS_DATASOURCE_REACTIVE_MAX_SIZE=" + plan.connections());
        try (WeirLedger ledger = WeirLedger.start(workshop, environment)) {
            var seeds = new Seeds(ledger);
            seeds.accounts(SPREAD, plan.accounts());
            seeds.accounts(UPDATED, UPDATED_ACCOUNTS);
            database(seeds);
            part("cycles", progress, () -> spread(ledger, progress));
            part("one account", progress, () -> hot(ledger, seeds, progress));
            part("large updates", progress, () -> updates(ledger, progress));
            part("the audit after that", progress, () -> audit(ledger, seeds, "Audit after the load", progress));
            part("usage", progress, () -> usage(ledger, seeds, progress));
            part("the audit at the end", progress, () -> audit(ledger, seeds, "Audit at the end", progress));
        }
        return new Report(plan, findings, about).section();
    }

    private void part(String name, Progress progress, Part part) throws InterruptedException {
        try {
            part.run();
        } catch (IOException | SQLException | RuntimeException e) {
            findings.failed(name, e);
            progress.says(name + " failed: " + e.getMessage());
        }
    }

    private void database(Seeds seeds) throws SQLException {
        var text = new StringBuilder();
        for (String setting : List.of(
                "server_version",
                "fsync",
                "synchronous_commit",
                "shared_buffers",
                "max_wal_size",
                "checkpoint_timeout",
                "jit")) {
            text.append(text.isEmpty() ? "" : ", ")
                    .append('`')
                    .append(setting)
                    .append('=')
                    .append(seeds.text("SHOW " + setting))
                    .append('`');
        }
        findings.about("PostgreSQL", "the embedded one of the local stack, " + text);
    }

    private void spread(WeirLedger ledger, Progress progress) throws IOException, InterruptedException {
        var pgbench = new Pgbench(workshop);
        var ready = pgbench.prepare();
        findings.about(
                PGBENCH,
                switch (ready) {
                    case Ready(String version) -> version + ", the same statements, prepared";
                    case Missing(String why) -> "was not measured: " + why;
                });
        try (LoadProcess http = http(ledger);
                LoadProcess core = core(ledger, Map.of())) {
            for (int round = 0; round < plan.rounds(); round++) {
                double warm = round == 0 ? plan.firstWarmSeconds() : plan.warmSeconds();
                String cycles = "cycles %d %s %d %s %s"
                        .formatted(plan.callers(), SPREAD, plan.accounts(), warm, plan.seconds());
                if (ready instanceof Ready) {
                    part(PGBENCH, progress, () -> note(PGBENCH, cycles(pgbench, ledger), progress));
                }
                cycles(CORE, core, cycles, progress);
                cycles(HTTP, http, cycles, progress);
            }
        }
    }

    private void cycles(String who, LoadProcess load, String cycles, Progress progress) throws InterruptedException {
        part(who, progress, () -> {
            Seen seen = load.see(cycles);
            note(who, seen.run(Answer.WHOLE), progress);
            Map<String, Run> steps = new LinkedHashMap<>();
            for (String step : LedgerLoad.CYCLE) {
                steps.put(step, seen.run(step));
            }
            findings.steps(who, steps);
        });
    }

    private Run cycles(Pgbench pgbench, WeirLedger ledger) throws IOException, InterruptedException {
        var load = new Pgbench.Load(
                ledger.databasePort(), plan.connections(), SPREAD, plan.accounts(), plan.warmSeconds(), plan.seconds());
        Pgbench.Done<Readings> done = pgbench.run(load, () -> Readings.of(ledger));
        return new Run(
                done.micros(),
                done.seconds(),
                0,
                done.after().metering().cpuSeconds() - done.before().metering().cpuSeconds(),
                done.after().database().cpuSeconds() - done.before().database().cpuSeconds(),
                -1);
    }

    private void note(String who, Run run, Progress progress) {
        findings.spread(who, run);
        progress.says("%s: %s cycles/s, p50 %s ms, p99 %s ms, database %s µs CPU each, %d failed"
                .formatted(
                        who,
                        Table.figure(run.perSecond()),
                        Table.figure(run.millis(50)),
                        Table.figure(run.millis(99)),
                        Table.figure(run.databaseMicrosEach()),
                        run.failed()));
    }

    private LoadProcess http(WeirLedger ledger) throws IOException, InterruptedException {
        findings.about(
                HTTP,
                "the packaged metering-service as `./weir up` runs it (JVM `-XX:+UseSerialGC"
                        + " -XX:+UseCompactObjectHeaders -Xmx256m`), a pool of " + plan.connections()
                        + " connections; " + plan.callers() + " callers on kept connections, every call with a token");
        var spec = new DoorSpec(DoorSpec.Kind.HTTP, ledger.port(), ledger.holdToken(), plan.hotCallers(), Map.of());
        return LoadProcess.start(workshop, ledger, spec);
    }

    private LoadProcess core(WeirLedger ledger, Map<String, String> settings) throws IOException {
        findings.about(
                CORE,
                "the same classes over the same statements without HTTP, in the process of " + plan.callers()
                        + " callers, a pool of " + plan.connections() + " connections");
        Map<String, String> all = new HashMap<>(CORE_SETTINGS);
        all.putAll(settings);
        var spec = new DoorSpec(DoorSpec.Kind.CORE, ledger.databasePort(), "", plan.connections(), all);
        return LoadProcess.start(workshop, ledger, spec);
    }

    private void hot(WeirLedger ledger, Seeds seeds, Progress progress) throws IOException, InterruptedException {
        try (LoadProcess together = core(ledger, Map.of());
                LoadProcess alone = core(ledger, Map.of("weir.metering.hot.accounts", "0"))) {
            for (int turn = 0; turn <= plan.rounds(); turn++) {
                boolean counts = turn > 0;
                part(TOGETHER, progress, () -> hot(TOGETHER, together, seeds, counts, progress));
                part(ALONE, progress, () -> hot(ALONE, alone, seeds, counts, progress));
            }
        }
    }

    private void hot(String who, LoadProcess load, Seeds seeds, boolean counts, Progress progress)
            throws IOException, SQLException {
        String prefix = HOT + (who.equals(TOGETHER) ? "together-" : "alone-");
        if (!counts) {
            seeds.accounts(prefix, 1);
        }
        // The first turn warms up, and lets the account be found hot.
        int holds = counts ? plan.hotHolds() : plan.hotHolds() / 4;
        Run reserve = load.run("reserve %d %s 1 %d".formatted(plan.hotCallers(), prefix, holds));
        load.run("claim %1$d %1$d".formatted(plan.connections()));
        var account = new HotAccount(reserve, load.run("settle " + plan.hotCallers()));
        if (counts) {
            findings.hot(who, account);
            progress.says("%s, one account: %s reserves and settles/s, reserve p99 %s ms, settle p99 %s ms"
                    .formatted(
                            who,
                            Table.figure(account.perSecond()),
                            Table.figure(account.reserve().millis(99)),
                            Table.figure(account.settle().millis(99))));
        }
    }

    private void updates(WeirLedger ledger, Progress progress) throws IOException, InterruptedException {
        try (LoadProcess http = http(ledger)) {
            http.run("reserve %d %s %d %d".formatted(plan.callers(), UPDATED, UPDATED_ACCOUNTS, plan.batch()));
            http.run("claim %d 1".formatted(plan.connections()));
            http.run("updates %s 0".formatted(plan.warmSeconds()));
            updates(NO_EXTENSION, http.run("updates %s 0".formatted(plan.seconds())), progress);
            updates(EXTENSIONS, http.run("updates %s %d".formatted(plan.seconds(), EXTEND_EVERY)), progress);
            http.run("settle " + plan.connections());
        }
    }

    private void updates(String what, Run run, Progress progress) {
        findings.updates(what, run);
        progress.says("updates of %,d holds, %s: %s calls/s, p50 %s ms"
                .formatted(plan.batch(), what, Table.figure(run.perSecond()), Table.figure(run.millis(50))));
    }

    private void usage(WeirLedger ledger, Seeds seeds, Progress progress)
            throws IOException, InterruptedException, SQLException {
        long began = System.nanoTime();
        progress.says("writing a month of %,d streams".formatted(plan.streams()));
        seeds.month(plan.streams());
        progress.says("rolling it up, after %d s".formatted(seconds(began)));
        long rolling = System.nanoTime();
        while (!seeds.isRolledUp()) {
            if (seconds(rolling) > TimeUnit.MINUTES.toSeconds(ROLL_MINUTES)) {
                throw new IOException("not rolled up within " + ROLL_MINUTES + " minutes");
            }
            TimeUnit.MILLISECONDS.sleep(200);
        }
        findings.about(
                "Roll-up",
                "%,d streams within %d s, by the job that runs beside all that"
                        .formatted(plan.streams(), seconds(rolling)));
        seeds.settleDown();
        try (var questions = new Questions(ledger, Seeds.month())) {
            for (Question question : questions.all()) {
                part(question.name(), progress, () -> {
                    Answered answered = questions.ask(question);
                    findings.usage(answered);
                    progress.says("usage, %s: %s ms, %,d rows"
                            .formatted(
                                    question.name(),
                                    Table.figure(answered.micros().getValueAtPercentile(50) / 1e3),
                                    answered.rows()));
                });
            }
        }
    }

    private void audit(WeirLedger ledger, Seeds seeds, String name, Progress progress)
            throws IOException, InterruptedException, SQLException {
        long began = System.nanoTime();
        ledger.audit();
        String text = "all nine invariants hold over %,d settled streams; asked, it took %s s"
                .formatted(
                        seeds.number("SELECT count(*) FROM settlement"),
                        Table.figure((System.nanoTime() - began) / 1e9));
        findings.about(name, text);
        progress.says(name + ": " + text);
    }

    private static long seconds(long since) {
        return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - since);
    }
}
