/**
 * A machine that drivers work on: run a program, read and write files, open a unix socket.
 * <p>
 * Programs are argument vectors, never a shell string.
 */
@Export
@Version("1.4.0")
package org.kumiki.api.node;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
