package io.weir.relay.access;

import java.util.Map;

/** One right of a topic's row, decided on the caller's claims and the variables of the name. */
public enum Rule {
    /** Nobody but services. */
    NONE,
    /** The account itself: each account has a topic of this name of its own. */
    OWNER,
    /** Whoever is signed in. */
    SIGNED_IN,
    /** Members of the workspace {@code {workspace}}. */
    MEMBER,
    /** The account {@code {account}}. */
    ACCOUNT,
    /** A camera machine that may publish for {@code {camera}}. */
    CAMERA,
    /** The role worker. */
    WORKER;

    boolean allows(Viewer viewer, Map<String, String> variables) {
        return switch (this) {
            case NONE -> false;
            case OWNER, SIGNED_IN -> true;
            case MEMBER -> viewer.workspaces().contains(variables.getOrDefault("workspace", ""));
            case ACCOUNT -> viewer.account().value().equals(variables.getOrDefault("account", ""));
            case CAMERA ->
                viewer.roles().contains("camera") && viewer.cameras().contains(variables.getOrDefault("camera", ""));
            case WORKER -> viewer.roles().contains("worker");
        };
    }
}
