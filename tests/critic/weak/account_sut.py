class Account:
    def __init__(self):
        self.entries = []

    def deposit(self, amount):
        self.entries.append(amount)

    def withdraw(self, amount):
        if amount > self.balance():
            raise ValueError("overdrawn")
        self.entries.append(-amount)
        return self.balance()

    def balance(self):
        return sum(self.entries)
