package io.weir.local.cli;

import io.weir.local.stack.Part;
import io.weir.local.stack.StackStatus;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Asks every part of a running stack how it is. */
@Command(name = "status", description = "Shows how each part of the running stack is; fails unless all are up.")
final class StatusCommand implements Callable<Integer> {
    @Mixin
    private StackOption stack;

    @Override
    public Integer call() throws Exception {
        RunningStack running = stack.find();
        Map<Part, String> states = new StackStatus(running.http()).of(running.file());
        states.forEach((part, state) -> System.out.printf(
                "%-9s %-5s %s%n", part.title(), state, running.file().url(part)));
        return states.values().stream().allMatch("up"::equals) ? 0 : 1;
    }
}
