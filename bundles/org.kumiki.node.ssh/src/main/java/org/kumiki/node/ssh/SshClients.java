package org.kumiki.node.ssh;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.auth.pubkey.UserAuthPublicKeyFactory;
import org.apache.sshd.client.config.hosts.HostConfigEntryResolver;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.AttributeRepository;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.common.kex.KexProposalOption;
import org.apache.sshd.common.keyprovider.KeyIdentityProvider;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;
import org.apache.sshd.core.CoreModuleProperties;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/**
 * The SSH client that all hosts share, and so its few threads, however many hosts there are. It shows the key that it is told to and no
 * other: it reads nothing of {@code ~/.ssh}, asks no agent, knows no password, and lets the other side open nothing.
 */
@Component(service = SshClients.class)
public class SshClients {

    /** What a connection brings along to judge its host's key by. */
    static final AttributeKey<HostKeys> HOST_KEYS = new AttributeKey<>();

    private static final Duration BETWEEN_HEARTBEATS = Duration.ofSeconds(5);
    /** After so many without an answer the connection is given up, and whoever waits on it is told. */
    private static final int MOST_UNANSWERED = 3;

    private final SshClient client = SshClient.setUpDefaultClient();

    @Activate
    public SshClients() {
        client.setUserAuthFactories(List.of(UserAuthPublicKeyFactory.INSTANCE));
        client.setKeyIdentityProvider(KeyIdentityProvider.EMPTY_KEYS_PROVIDER);
        client.setHostConfigEntryResolver(HostConfigEntryResolver.EMPTY);
        client.setServerKeyVerifier((session, address, key) -> hostKeys(session).verifyServerKey(session, address, key));
        CoreModuleProperties.HEARTBEAT_INTERVAL.set(client, BETWEEN_HEARTBEATS);
        CoreModuleProperties.HEARTBEAT_NO_REPLY_MAX.set(client, MOST_UNANSWERED);
        CoreModuleProperties.IDLE_TIMEOUT.set(client, Duration.ZERO); // heartbeats tell better
        client.addSessionListener(new SessionListener() {
            @Override
            public void sessionNegotiationOptionsCreated(Session session, Map<KexProposalOption, String> proposal) {
                proposal.computeIfPresent(KexProposalOption.SERVERKEYS, (option, all) -> hostKeys((ClientSession) session).fitting(all));
            }
        });
        client.start();
    }

    private static HostKeys hostKeys(ClientSession session) {
        AttributeRepository context = session.getConnectionContext();
        return context.getAttribute(HOST_KEYS);
    }

    SshClient client() {
        return client;
    }

    @Deactivate
    void stop() {
        client.stop();
    }
}
