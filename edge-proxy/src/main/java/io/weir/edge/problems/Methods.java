package io.weir.edge.problems;

import io.vertx.ext.web.Router;
import io.weir.contracts.problem.ProblemType;

/** Answers 405 on paths whose right methods have their routes already. */
public final class Methods {
    private Methods() {}

    /** Every other method on this path is refused. To be called after the path's own routes are set. */
    public static void only(Router router, ProblemWriter problems, String path, String allowed) {
        router.route(path).handler(context -> {
            context.response().putHeader("Allow", allowed);
            problems.write(context, ProblemType.METHOD_NOT_ALLOWED, "This path takes " + allowed + ".");
        });
    }
}
