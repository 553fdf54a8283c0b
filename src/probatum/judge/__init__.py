"""The judge: runs task code (oracle, laws, strategies) and turns transcripts into findings. One law, three handles."""
