package io.weir.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.local.stack.Part;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Prints what a user owns: a plain number first. */
@Command(name = "balance", description = "Prints the credits of a user; a new user gets the welcome grant.")
final class BalanceCommand implements Callable<Integer> {
    @Parameters(paramLabel = "USER")
    private String user;

    @Mixin
    private StackOption stack;

    @Override
    public Integer call() throws Exception {
        RunningStack running = stack.find();
        String address = running.url(Part.METERING) + "/v1/accounts/" + RunningStack.inPath(user);
        JsonNode account = running.get(address, running.token(user));
        long held = account.path("heldMicro").asLong();
        System.out.println(Credits.toText(account.path("balanceMicro").asLong()) + " credits"
                + (held == 0
                        ? ""
                        : ", " + Credits.toText(held) + " of them held for open streams: "
                                + account.path("openStreams").asInt()));
        return 0;
    }
}
