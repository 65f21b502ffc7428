"""What customers are worth: read, fitted by a worker, shown. The models are `kpis.value`."""
