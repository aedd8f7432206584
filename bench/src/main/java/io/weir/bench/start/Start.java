package io.weir.bench.start;

import io.weir.bench.measure.About;
import io.weir.bench.peer.ServiceLaunch;
import io.weir.bench.peer.ServiceLaunch.Started;
import io.weir.bench.peer.Workshop;
import io.weir.bench.report.BarChart;
import io.weir.bench.report.Section;
import io.weir.bench.report.SectionText;
import io.weir.bench.report.Table;
import io.weir.bench.scenario.Latencies;
import io.weir.bench.scenario.Roster;
import io.weir.bench.scenario.Scenario;
import io.weir.local.stack.LocalStack;
import io.weir.local.stack.Part;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Each of the four services, started again and again in a stack whose other parts run: plain, and with a cache of loaded and
 * linked classes that a run before has left (JDK 25's AOT cache).
 */
public final class Start implements Scenario {
    private static final double MEBIBYTE = 1024.0 * 1024.0;
    private static final int FULL_STARTS = 3;
    private static final List<Part> SERVICES = List.of(Part.METERING, Part.RELAY, Part.GATEWAY, Part.EDGE);

    private final Workshop workshop;
    private final int starts;
    private final String command;
    private final Roster roster = new Roster();
    private final Map<Part, Both> found = new LinkedHashMap<>();

    /**
     * The scenario.
     *
     * @param brief one start of each instead of three
     */
    public Start(Workshop workshop, boolean brief) {
        this.workshop = workshop;
        this.starts = brief ? 1 : FULL_STARTS;
        this.command = brief ? "./weir bench start --short" : "./weir bench start";
    }

    /** Medians of a service. */
    private record Both(Started plain, Started cached, long cacheBytes) {}

    @Override
    public String name() {
        return "start";
    }

    @Override
    public Section run(Progress progress) throws Exception {
        About about = About.now(command);
        Path folder = Files.createDirectories(workshop.folder("start"));
        try (LocalStack stack = LocalStack.builder()
                .dataDirectory(folder.resolve("stack"))
                .fresh()
                .freePorts()
                .build()) {
            stack.start();
            for (Part service : SERVICES) {
                try {
                    found.put(service, measure(stack, service, folder, progress));
                } catch (IOException e) {
                    roster.missing(service.title(), String.valueOf(e.getMessage()));
                    progress.says(service.title() + ": " + e.getMessage());
                }
                stack.restart(service);
            }
        }
        return section(about);
    }

    private Both measure(LocalStack stack, Part service, Path folder, Progress progress)
            throws IOException, InterruptedException {
        var launch = ServiceLaunch.of(
                stack.pid(service),
                URI.create(stack.url(service) + "/q/health/ready"),
                folder.resolve(service.title() + ".log"));
        stack.kill9(service);
        Path cache = folder.resolve(service.title() + ".aot");
        Files.deleteIfExists(cache);
        Started plain = median(launch, List.of());
        progress.says(line(service, "plain", plain));
        launch.run(List.of("-XX:AOTCacheOutput=" + cache));
        if (!Files.exists(cache)) {
            throw new IOException("the JVM has left no cache, see " + launch.log());
        }
        Started cached = median(launch, List.of("-XX:AOTCache=" + cache));
        progress.says(line(service, "with AOT cache", cached));
        return new Both(plain, cached, Files.size(cache));
    }

    private Started median(ServiceLaunch launch, List<String> options) throws IOException, InterruptedException {
        List<Started> all = new ArrayList<>();
        for (int start = 0; start < starts; start++) {
            all.add(launch.measured(options));
        }
        all.sort(Comparator.comparingDouble(Started::seconds));
        return all.get(all.size() / 2);
    }

    private static String line(Part service, String how, Started started) {
        return "%s, %s: %s s to its first answer, %s MiB"
                .formatted(
                        service.title(),
                        how,
                        Table.figure(started.seconds()),
                        Table.figure(started.memoryBytes() / MEBIBYTE));
    }

    private Section section(About about) {
        var text = new SectionText().paragraph(about.sentence());
        text.paragraph(
                "From the start of the process to the first 200 of `/q/health/ready`, which needs the parts that the"
                        + " service talks to; medians of " + starts
                        + ". Memory a second after, before any work. The cache is what `-XX:AOTCacheOutput` leaves after a run that"
                        + " became ready and ended.");
        roster.write(text);
        var table = new Table(
                "", "plain s", "CPU s", "MiB", "with AOT cache s", "CPU s ", "MiB ", "beside plain", "cache MiB");
        var seconds = new BarChart("Seconds to the first answer (shorter is better)");
        found.forEach((service, both) -> {
            table.row(
                    service.title(),
                    Table.figure(both.plain().seconds()),
                    Table.figure(both.plain().cpuSeconds()),
                    Table.figure(both.plain().memoryBytes() / MEBIBYTE),
                    Table.figure(both.cached().seconds()),
                    Table.figure(both.cached().cpuSeconds()),
                    Table.figure(both.cached().memoryBytes() / MEBIBYTE),
                    Latencies.ratio(both.cached().seconds(), both.plain().seconds()),
                    Table.figure(both.cacheBytes() / MEBIBYTE));
            seconds.group(new BarChart.Group(
                    service.title(),
                    List.of(
                            new BarChart.Bar("Weir", both.plain().seconds()),
                            new BarChart.Bar("Weir, AOT cache", both.cached().seconds()))));
        });
        return text.table(table)
                .chart("bench-start-seconds.svg", "Time to the first answer", seconds)
                .section();
    }
}
