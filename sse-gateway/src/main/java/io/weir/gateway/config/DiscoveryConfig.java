package io.weir.gateway.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithParentName;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.hibernate.validator.constraints.time.DurationMin;

/** Machines that are found by asking somebody else: DNS, or Kubernetes. */
@ConfigMapping(prefix = "weir.gateway.discovery")
public interface DiscoveryConfig {
    /** By app: a name whose records are its machines. */
    Map<String, Dns> dns();

    /** By app: a service whose endpoints are its machines. */
    Map<String, Service> kubernetes();

    /** {@code host:port} of the name server; absent: the system's. */
    Optional<String> nameServer();

    /** Between two questions to DNS, and before a lost connection to Kubernetes is made again. */
    @DurationMin(millis = 1)
    @WithDefault("10s")
    Duration every();

    /** Kubernetes' API server. */
    @WithDefault("https://kubernetes.default.svc")
    URI apiServer();

    /** Bearer token for it, read for each request. */
    @WithDefault("/var/run/secrets/kubernetes.io/serviceaccount/token")
    Path tokenFile();

    /** Certificate of its authority. */
    @WithDefault("/var/run/secrets/kubernetes.io/serviceaccount/ca.crt")
    Path caFile();

    /** Machines of one app that are taken; what is beyond is left out. */
    @Min(1)
    @WithDefault("1000")
    int max();

    /** What an address does not say of a machine. */
    interface Kind {
        /** {@code http} or {@code https}. */
        @WithDefault("http")
        String scheme();

        /** Streams that each takes at a time; absent: as many as come. */
        Optional<@Min(1) Integer> capacity();

        /** Where their bearer secret is: {@code config:<name>}, {@code env:<name>} or {@code file:<name>}. */
        Optional<String> secretReference();

        /** What they speak, where that is not what their agents are configured to speak. */
        Optional<AgentDialect> dialect();

        /** With {@code account} (and {@code tenant}) or {@code session}: for these conversations alone, and first of all. */
        Map<String, String> labels();
    }

    /** A name in DNS. */
    interface Dns {
        /** The name. */
        String name();

        /** Port of machines that A records name; absent: {@link #name()} has SRV records, which name it. */
        Optional<@Min(1) @Max(65535) Integer> port();

        /** What the records do not say. */
        @WithParentName
        Kind kind();
    }

    /** A service of Kubernetes. */
    interface Service {
        /** Its namespace. */
        String namespace();

        /** Its name. */
        String service();

        /** Name of its port; absent: the first. */
        Optional<String> port();

        /** What endpoints do not say. */
        @WithParentName
        Kind kind();
    }
}
