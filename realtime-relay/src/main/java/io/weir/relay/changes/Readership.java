package io.weir.relay.changes;

import io.weir.relay.access.Viewer;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Who may read a message: whose session it is, with whom the session is shared, and the members of its workspace.
 *
 * @param tenant isolation boundary
 * @param account whose session it is
 * @param workspace the workspace; null outside of workspaces
 * @param sharedWith accounts that may view the session
 */
record Readership(String tenant, String account, @Nullable String workspace, Set<String> sharedWith)
        implements Predicate<Viewer> {
    Readership {
        sharedWith = Set.copyOf(sharedWith);
    }

    @Override
    public boolean test(Viewer viewer) {
        String reader = viewer.account().value();
        return viewer.tenant().value().equals(tenant)
                && (reader.equals(account)
                        || sharedWith.contains(reader)
                        || (workspace != null && viewer.workspaces().contains(workspace)));
    }
}
