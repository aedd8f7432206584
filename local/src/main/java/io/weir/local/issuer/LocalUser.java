package io.weir.local.issuer;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A person of the local stack.
 *
 * @param name account and sign-in name
 * @param does one line for the login page
 * @param roles what the person may do
 * @param workspaces where the person is a member
 * @param cameras what the person may publish
 */
record LocalUser(String name, String does, List<String> roles, List<String> workspaces, List<String> cameras) {
    private static final String FIRST_WORKSPACE = "acme";
    private static final String SECOND_WORKSPACE = "globex";

    LocalUser {
        roles = List.copyOf(roles);
        workspaces = List.copyOf(workspaces);
        cameras = List.copyOf(cameras);
    }

    /** The people with a button on the login page. */
    static final List<LocalUser> KNOWN = List.of(
            new LocalUser("alice", "chats, member of acme", List.of("user"), List.of(FIRST_WORKSPACE), List.of()),
            new LocalUser(
                    "bob",
                    "chats, member of acme and globex",
                    List.of("user"),
                    List.of(FIRST_WORKSPACE, SECOND_WORKSPACE),
                    List.of()),
            new LocalUser(
                    "worker",
                    "answers jobs in both workspaces",
                    List.of("user", "worker"),
                    List.of(FIRST_WORKSPACE, SECOND_WORKSPACE),
                    List.of()),
            new LocalUser(
                    "camera",
                    "publishes frames of cam-1 and cam-2",
                    List.of("camera"),
                    List.of(FIRST_WORKSPACE),
                    List.of("cam-1", "cam-2")),
            new LocalUser("billing", "grants credits, reads usage", List.of("user", "billing"), List.of(), List.of()),
            new LocalUser("admin", "may do everything", List.of("user", "admin"), List.of(), List.of()));

    /** The known person of that name, or a new one with the role user in the first workspace. */
    static LocalUser named(String name) {
        return KNOWN.stream()
                .filter(user -> user.name().equals(name))
                .findFirst()
                .orElseGet(() -> new LocalUser(name, "", List.of("user"), List.of(FIRST_WORKSPACE), List.of()));
    }

    /** The claims that Weir reads. */
    Map<String, Object> claims() {
        var claims = new LinkedHashMap<String, Object>();
        claims.put("name", name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1));
        claims.put("preferred_username", name);
        claims.put("email", name + "@weir.localhost");
        claims.put("roles", roles);
        claims.put("workspaces", workspaces);
        claims.put("cameras", cameras);
        claims.put("tenant", "default");
        return claims;
    }
}
