package org.kumiki.node.ssh;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.sftp.SftpModuleProperties;
import org.apache.sshd.sftp.client.SftpClient;
import org.apache.sshd.sftp.client.SftpClient.CloseableHandle;
import org.apache.sshd.sftp.client.SftpClient.DirEntry;
import org.apache.sshd.sftp.client.SftpClient.OpenMode;
import org.apache.sshd.sftp.client.SftpClientFactory;
import org.apache.sshd.sftp.common.SftpConstants;
import org.apache.sshd.sftp.common.SftpException;

/**
 * Reads the files of the other side by SFTP, over one channel that is kept as long as its connection: drivers look into small files all
 * the time, and a program for each would cost both sides more. Thread-safe.
 */
final class RemoteFiles {

    private static final int CHUNK = 32 << 10;

    private interface Reading<T> {

        T by(SftpClient client) throws IOException;
    }

    private ClientSession session;
    private SftpClient client;

    byte[] read(ClientSession on, Path file, int limit, Duration patience) throws IOException {
        return within(on, patience, sftp -> {
            var content = new ByteArrayOutputStream();
            byte[] chunk = new byte[CHUNK];
            try (CloseableHandle handle = sftp.open(file.toString(), OpenMode.Read)) {
                for (int n = sftp.read(handle, 0, chunk); n >= 0; n = sftp.read(handle, content.size(), chunk)) {
                    content.write(chunk, 0, n);
                    if (content.size() > limit) {
                        throw new IOException("it is larger than " + limit + " bytes");
                    }
                }
            }
            return content.toByteArray();
        });
    }

    List<String> list(ClientSession on, Path directory, Duration patience) throws IOException {
        try {
            return within(on, patience, sftp -> {
                List<String> names = new ArrayList<>();
                try (CloseableHandle handle = sftp.openDir(directory.toString())) {
                    for (List<DirEntry> some = sftp.readDir(handle); some != null; some = sftp.readDir(handle)) {
                        some.forEach(entry -> names.add(entry.getFilename()));
                    }
                }
                return names.stream().filter(name -> !name.equals(".") && !name.equals("..")).sorted().toList();
            });
        } catch (SftpException e) {
            if (e.getStatus() == SftpConstants.SSH_FX_NO_SUCH_FILE) {
                return List.of();
            }
            throw e;
        }
    }

    /** Whoever takes too long loses the channel under him; the next one gets a new one. */
    private <T> T within(ClientSession on, Duration patience, Reading<T> reading) throws IOException {
        SftpClient sftp = client(on, patience);
        CompletableFuture<Void> done = new CompletableFuture<>();
        done.orTimeout(patience.toNanos(), NANOSECONDS).exceptionally(late -> {
            sftp.getClientChannel().close(true);
            return null;
        });
        try {
            return reading.by(sftp);
        } catch (SftpException e) {
            throw e;
        } catch (IOException e) {
            throw done.isDone() ? new IOException("no answer within " + patience, e) : e;
        } finally {
            done.complete(null);
        }
    }

    private synchronized SftpClient client(ClientSession on, Duration patience) throws IOException {
        if (session != on || !client.isOpen()) {
            SftpModuleProperties.SFTP_CHANNEL_OPEN_TIMEOUT.set(on, patience);
            client = SftpClientFactory.instance().createSftpClient(on);
            session = on;
        }
        return client;
    }
}
