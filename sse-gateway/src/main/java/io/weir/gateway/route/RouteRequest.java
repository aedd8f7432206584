package io.weir.gateway.route;

import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * What {@code POST /route} reads of a body; whatever else is in it is for the machine.
 *
 * @param machineId the machine
 * @param appName its app
 */
@RegisterForReflection
public record RouteRequest(String machineId, String appName) {}
