package io.weir.bench.peers;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Spring Cloud Gateway with the route of application.yaml. */
@SpringBootApplication
public class GatewayApplication {
    /** Starts it. */
    public static void main(String[] args) {
        SpringApplication.run(GatewayApplication.class, args);
    }
}
