"""Speed and size against a peer, as ratios; printed, never asserted."""
