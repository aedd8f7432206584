package io.weir.relay.access;

import java.util.Map;
import java.util.Optional;

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
    /** Whoever a session is shared with, and its owner {@code {owner}}. */
    SHARED,
    /** The same, where the share has the right to edit. */
    SHARED_EDIT,
    /** A camera machine that may publish for {@code {camera}}. */
    CAMERA,
    /** Whoever may see {@code {camera}}: it is among the claim {@code cameras}. */
    CAMERA_VIEWER,
    /** The role worker. */
    WORKER,
    /** One of our services, with scope {@code internal}. */
    SERVICE;

    /**
     * Whether {@code viewer} has the right.
     *
     * @param variables of the topic's name
     * @param share right of the share that the name asks for, if there is one
     */
    boolean allows(Viewer viewer, Map<String, String> variables, Optional<ShareRight> share) {
        return switch (this) {
            case NONE -> false;
            case OWNER, SIGNED_IN -> true;
            case MEMBER -> viewer.workspaces().contains(variables.getOrDefault("workspace", ""));
            case ACCOUNT -> is(viewer, variables, "account");
            case SHARED -> share.isPresent() || is(viewer, variables, "owner");
            case SHARED_EDIT -> share.filter(ShareRight.EDIT::equals).isPresent() || is(viewer, variables, "owner");
            case CAMERA ->
                viewer.roles().contains("camera") && viewer.cameras().contains(variables.getOrDefault("camera", ""));
            case CAMERA_VIEWER -> viewer.cameras().contains(variables.getOrDefault("camera", ""));
            case WORKER -> viewer.roles().contains("worker");
            case SERVICE -> viewer.may("internal");
        };
    }

    private static boolean is(Viewer viewer, Map<String, String> variables, String variable) {
        return viewer.account().value().equals(variables.getOrDefault(variable, ""));
    }
}
