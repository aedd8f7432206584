package io.weir.local.cli;

import io.weir.local.stack.Part;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Streams an answer into the terminal. */
@Command(name = "chat", description = "Streams an answer into the terminal; Ctrl-C stops it.")
final class ChatCommand implements Callable<Integer> {
    @Option(names = "--as", paramLabel = "USER", required = true, description = "Who asks, and pays.")
    private String user;

    @Option(names = "--session", paramLabel = "ID", description = "Conversation to go on with (default: a new one).")
    private @Nullable String session;

    @Option(names = "--agent", paramLabel = "NAME", description = "Agent to ask (default: the default agent).")
    private @Nullable String agent;

    @Parameters(paramLabel = "TEXT", arity = "1..*")
    private String[] words;

    @Mixin
    private StackOption stack;

    @Override
    public Integer call() throws Exception {
        RunningStack running = stack.find();
        var conversation = new ChatStream(running.http(), running.url(Part.EDGE), running.token(user), this::print);
        var hook = new Thread(() -> stop(conversation), "stop");
        Runtime.getRuntime().addShutdownHook(hook);
        String id = session == null ? "cli-" + UUID.randomUUID() : session;
        Optional<String> failure = conversation.ask(id, String.join(" ", words), agent);
        if (conversation.wasStopped()) {
            // The process is ending already; the hook has the last word.
            return 1;
        }
        Runtime.getRuntime().removeShutdownHook(hook);
        System.out.println();
        failure.ifPresent(System.err::println);
        return failure.isPresent() ? 1 : 0;
    }

    private void print(String text) {
        System.out.print(text);
        System.out.flush();
    }

    private static void stop(ChatStream conversation) {
        if (conversation.stop()) {
            System.out.println();
            System.err.println("Stopped.");
        }
    }
}
