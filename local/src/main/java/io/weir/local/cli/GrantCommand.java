package io.weir.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.local.stack.Part;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Gives credits to a user. */
@Command(name = "grant", description = "Gives credits to a user.")
final class GrantCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "USER")
    private String user;

    @Parameters(index = "1", paramLabel = "CREDITS", description = "Decimal number, up to six decimal places.")
    private String credits;

    @Mixin
    private StackOption stack;

    @Override
    public Integer call() throws Exception {
        long micro = micro();
        RunningStack running = stack.find();
        String address = running.url(Part.METERING) + "/v1/accounts/" + RunningStack.inPath(user) + "/grants";
        JsonNode body = new ObjectMapper()
                .createObjectNode()
                .put("amountMicro", Long.toString(micro))
                .put("kind", "purchased")
                .put("note", "weir grant");
        JsonNode granted = running.post(address, running.token("admin"), body);
        System.out.println(Credits.toText(granted.path("balanceMicro").asLong()) + " credits now belong to " + user);
        return 0;
    }

    private long micro() throws CommandFailure {
        try {
            long micro = Credits.toMicro(credits);
            if (micro <= 0) {
                throw new CommandFailure("Only an amount above zero can be granted.");
            }
            return micro;
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()));
        }
    }
}
