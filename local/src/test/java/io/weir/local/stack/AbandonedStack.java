package io.weir.local.stack;

import java.nio.file.Path;

/** A launcher that a test kills: prints the pids of its parts and waits. */
final class AbandonedStack {
    private AbandonedStack() {}

    public static void main(String[] args) throws Exception {
        LocalStack stack = LocalStack.builder()
                .dataDirectory(Path.of(args[0]))
                .freePorts()
                .only(Part.POSTGRES, Part.ISSUER, Part.DEMO_1)
                .build();
        stack.start();
        System.out.println(stack.pid(Part.POSTGRES) + " " + stack.pid(Part.ISSUER) + " " + stack.pid(Part.DEMO_1));
        Thread.sleep(60_000);
    }
}
