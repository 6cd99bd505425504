/** What should change in a datacenter that runs: a pure function from the view and its history to a plan. */
@Export
@Version("1.2.0")
package org.kumiki.api.policy;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
