package io.weir.e2e;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of the house that a compiler cannot check, over the compiled classes of every module. */
class ArchitectureTest {
    private static final List<String> MODULES = List.of(
            "contracts",
            "streams",
            "metering-service",
            "realtime-relay",
            "sse-gateway",
            "edge-proxy",
            "local",
            "bench");
    private static final List<String> SERVICES =
            List.of("metering-service", "realtime-relay", "sse-gateway", "edge-proxy");
    private static final JavaClasses ALL = new ClassFileImporter()
            .importPaths(MODULES.stream()
                    .map(m -> Path.of("..", m, "target", "classes"))
                    .filter(Files::isDirectory)
                    .toList());

    @ParameterizedTest
    @ValueSource(strings = {"edge", "gateway", "relay", "metering", "streams", "local", "bench"})
    void packagesOfAModuleHaveNoCycles(String module) {
        slices().matching("io.weir." + module + ".(*)..")
                .should()
                .beFreeOfCycles()
                .check(ALL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"edge", "gateway", "relay", "metering"})
    void servicesDoNotSeeEachOther(String service) {
        String[] others = Stream.of("edge", "gateway", "relay", "metering")
                .filter(s -> !s.equals(service))
                .map(s -> "io.weir." + s + "..")
                .toArray(String[]::new);
        noClasses()
                .that()
                .resideInAPackage("io.weir." + service + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(others)
                .check(ALL);
    }

    @Test
    void contractsKnowNoFramework() {
        noClasses()
                .that()
                .resideInAPackage("io.weir.contracts..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.quarkus..", "io.netty..", "io.vertx..", "jakarta..")
                .check(ALL);
        noClasses()
                .that()
                .resideInAPackage("io.weir.streams..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.quarkus..", "io.vertx..", "jakarta..", "io.smallrye..")
                .check(ALL);
    }

    @Test
    void noPackageHasANameThatSaysNothing() {
        noClasses()
                .should()
                .resideInAnyPackage(
                        "..util..", "..utils..", "..helper..", "..helpers..", "..common..", "..base..", "..impl..")
                .check(ALL);
        noClasses()
                .should()
                .haveSimpleNameEndingWith("Util")
                .orShould()
                .haveSimpleNameEndingWith("Utils")
                .orShould()
                .haveSimpleNameEndingWith("Helper")
                .orShould()
                .haveSimpleNameEndingWith("Impl")
                .check(ALL);
    }

    @Test
    void nothingWaitsOnAnEventLoop() {
        Set<String> waiting = Set.of("await", "join", "sleep", "get");
        classes()
                .that()
                .resideInAnyPackage(
                        "io.weir.edge..",
                        "io.weir.gateway..",
                        "io.weir.relay..",
                        "io.weir.metering..",
                        "io.weir.streams..")
                .should(new ArchCondition<>("not block") {
                    @Override
                    public void check(com.tngtech.archunit.core.domain.JavaClass type, ConditionEvents events) {
                        for (JavaMethodCall call : type.getMethodCallsFromSelf()) {
                            if (waiting.contains(call.getName()) && blocks(call)) {
                                events.add(SimpleConditionEvent.violated(type, call.getDescription()));
                            }
                        }
                    }
                })
                .check(ALL);
        noClasses()
                .that()
                .resideInAPackage("io.weir..")
                .and()
                .resideOutsideOfPackages("io.weir.local..", "io.weir.bench..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..")
                .check(ALL);
    }

    private static boolean blocks(JavaMethodCall call) {
        String owner = call.getTargetOwner().getFullName();
        return switch (call.getName()) {
            case "sleep" -> owner.equals("java.lang.Thread");
            case "await" -> owner.equals("io.smallrye.mutiny.Uni") || owner.startsWith("java.util.concurrent.");
            case "join" -> owner.equals("java.lang.Thread") || owner.equals("java.util.concurrent.CompletableFuture");
            case "get" ->
                owner.equals("java.util.concurrent.Future") || owner.equals("java.util.concurrent.CompletableFuture");
            default -> false;
        };
    }

    @Test
    void eventStreamsAreFramedInOnePlace() {
        assertThat(SERVICES.stream()
                        .flatMap(module -> sources(Path.of("..", module, "src", "main", "java")).stream())
                        .filter(file -> contains(file, "\"text/event-stream"))
                        .toList())
                .as("the media type and the framing of event streams belong to the stream engine")
                .isEmpty();
    }

    private static List<Path> sources(Path root) {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean contains(Path file, String text) {
        try {
            return Files.readString(file).contains(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
