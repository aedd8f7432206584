package io.weir.gateway.stream;

import io.weir.gateway.config.AgentsConfig;
import io.weir.gateway.config.GatewayConfig;
import io.weir.gateway.counting.Tokenizer;
import io.weir.gateway.machines.Dial;
import io.weir.gateway.machines.Fleet;
import io.weir.gateway.metering.Lease;
import io.weir.gateway.metering.Settlement;
import io.weir.gateway.metering.Updates;
import io.weir.gateway.net.Loops;
import io.weir.gateway.publish.RelayLink;
import io.weir.gateway.upstream.AgentRequest;
import io.weir.gateway.upstream.SessionKeys;

/** What every open stream of this process shares. */
record Neighbours(
        GatewayConfig config,
        AgentsConfig agents,
        Loops loops,
        Fleet fleet,
        Tokenizer tokenizer,
        Updates updates,
        Settlement settlement,
        Lease lease,
        RelayLink relay,
        SessionKeys sessionKeys,
        AgentRequest requests,
        StreamMetrics metrics,
        History history,
        Dial dial) {}
