package org.kumiki.aws.sqs;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** Whether there is a Python with a library on this machine: what only some developers have, tests do without. */
final class Python {

    private Python() {
    }

    static boolean has(String python, String library) {
        try {
            Process check = new ProcessBuilder(python, "-c", "import " + library).redirectErrorStream(true).start();
            check.getInputStream().readAllBytes();
            return check.waitFor(30, TimeUnit.SECONDS) && check.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
