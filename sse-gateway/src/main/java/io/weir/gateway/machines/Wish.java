package io.weir.gateway.machines;

import java.util.Optional;

/**
 * What a stream asks of its machine.
 *
 * @param app the fleet
 * @param session whose conversation it is
 * @param stateless the conversation may move
 * @param machine the id of the only machine that will do
 */
public record Wish(String app, SessionKey session, boolean stateless, Optional<String> machine) {}
