package io.weir.local.cli;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints a bearer token and nothing else. */
@Command(
        name = "token",
        description = "Prints a bearer token of a user (alice, bob, worker, camera, billing, admin, …).")
final class TokenCommand implements Callable<Integer> {
    @Parameters(paramLabel = "USER")
    private String user;

    @Option(
            names = "--lifetime",
            paramLabel = "SECONDS",
            description = "Another lifetime; a negative one has expired already.")
    private @Nullable Long lifetimeSeconds;

    @Mixin
    private StackOption stack;

    @Override
    public Integer call() throws Exception {
        RunningStack running = stack.find();
        System.out.println(
                lifetimeSeconds == null
                        ? running.token(user)
                        : running.token(user, Duration.ofSeconds(lifetimeSeconds)));
        return 0;
    }
}
