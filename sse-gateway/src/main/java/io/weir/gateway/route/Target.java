package io.weir.gateway.route;

import io.weir.gateway.machines.Machine;
import org.jspecify.annotations.Nullable;

/**
 * Where Fly's proxy is to bring a request, and what becomes of it on the way.
 *
 * @param machine the machine
 * @param path its path there; null: as it came
 * @param stream what the machine is told of the stream; null: nothing
 */
record Target(
        Machine machine, @Nullable String path, @Nullable Stream stream) {
    /**
     * What the machine needs in order to report usage.
     *
     * @param id the stream
     * @param sessionKey names the conversation towards the agent
     * @param usageUrl where usage goes
     * @param usageToken with what
     */
    record Stream(String id, String sessionKey, String usageUrl, String usageToken) {}
}
