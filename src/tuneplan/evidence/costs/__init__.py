"""Cases of cost: hours of training, memory of training, speed of serving."""
